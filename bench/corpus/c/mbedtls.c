/* Hashes, authenticated encryption, RSA and elliptic curves, in portable C. */
#include "bench.h"
#include "mbedtls/chachapoly.h"
#include "mbedtls/ecdsa.h"
#include "mbedtls/gcm.h"
#include "mbedtls/rsa.h"
#include "mbedtls/sha256.h"
#include "mbedtls/sha512.h"

enum { size = 1 << 20, rounds = 8 };

static unsigned char data[size], sealed[size];

/* draw gives keys and signatures the same numbers everywhere. */
static int draw(void *user, unsigned char *to, size_t n) {
	(void)user;
	for (size_t i = 0; i < n; i++) to[i] = (unsigned char)(bench_random() >> 9);
	return 0;
}

static void hashes(void) {
	unsigned char digest[64];
	for (int i = 0; i < rounds; i++) {
		mbedtls_sha256_ret(data, size, digest, 0);
		memcpy(data, digest, 32);
		mbedtls_sha512_ret(data, size, digest, 0);
		memcpy(data, digest, 64);
	}
	bench_print("hashes", bench_sum(BENCH_SUM, digest, 64));
}

static void ciphers(void) {
	unsigned char key[32], nonce[12], tag[16];
	draw(NULL, key, sizeof key);
	draw(NULL, nonce, sizeof nonce);
	mbedtls_gcm_context gcm;
	mbedtls_gcm_init(&gcm);
	mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, key, 256);
	for (int i = 0; i < rounds; i++)
		bench_require(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, size, nonce, 12, key, 32, data, sealed, 16, tag) == 0, "gcm");
	mbedtls_gcm_free(&gcm);
	bench_print("aes-gcm", bench_sum(bench_sum(BENCH_SUM, sealed, size), tag, 16));
	mbedtls_chachapoly_context chacha;
	mbedtls_chachapoly_init(&chacha);
	mbedtls_chachapoly_setkey(&chacha, key);
	for (int i = 0; i < rounds; i++)
		bench_require(mbedtls_chachapoly_encrypt_and_tag(&chacha, size, nonce, key, 32, data, sealed, tag) == 0, "chachapoly");
	mbedtls_chachapoly_free(&chacha);
	bench_print("chacha20-poly1305", bench_sum(bench_sum(BENCH_SUM, sealed, size), tag, 16));
}

static void rsa(void) {
	static const char p[] = "F7F0E1B4D9A7C3B5E2D1F0A9B8C7D6E5F4A3B2C1D0E9F8A7B6C5D4E3F2A1B0C9D8E7F6A5B4C3D2E1F0A9B8C7D6E5F4A3B2C1D0E9F8A7B6C5D4E3F2A1B0CB";
	mbedtls_mpi base, exponent, modulus, result;
	mbedtls_mpi_init(&base), mbedtls_mpi_init(&exponent), mbedtls_mpi_init(&modulus), mbedtls_mpi_init(&result);
	bench_require(mbedtls_mpi_read_string(&modulus, 16, p) == 0, "modulus");
	mbedtls_mpi_mul_mpi(&modulus, &modulus, &modulus);
	mbedtls_mpi_mul_mpi(&modulus, &modulus, &modulus);
	mbedtls_mpi_fill_random(&base, 200, draw, NULL);
	mbedtls_mpi_fill_random(&exponent, 240, draw, NULL);
	for (int i = 0; i < 6; i++) {
		bench_require(mbedtls_mpi_exp_mod(&result, &base, &exponent, &modulus, NULL) == 0, "mbedtls_mpi_exp_mod");
		mbedtls_mpi_copy(&base, &result);
	}
	char text[1200];
	size_t n;
	bench_require(mbedtls_mpi_write_string(&result, 16, text, sizeof text, &n) == 0, "mbedtls_mpi_write_string");
	bench_print("modular power of 2,000 bits", bench_sum(BENCH_SUM, text, n));
	mbedtls_mpi_free(&base), mbedtls_mpi_free(&exponent), mbedtls_mpi_free(&modulus), mbedtls_mpi_free(&result);
}

static void curve(mbedtls_ecp_group_id id, const char *name) {
	mbedtls_ecp_group group;
	mbedtls_mpi secret, r, s;
	mbedtls_ecp_point public;
	mbedtls_ecp_group_init(&group), mbedtls_ecp_point_init(&public);
	mbedtls_mpi_init(&secret), mbedtls_mpi_init(&r), mbedtls_mpi_init(&s);
	bench_require(mbedtls_ecp_group_load(&group, id) == 0, name);
	bench_require(mbedtls_ecp_gen_keypair(&group, &secret, &public, draw, NULL) == 0, "key");
	for (int i = 0; i < 6; i++) {
		bench_require(mbedtls_ecdsa_sign(&group, &r, &s, &secret, data, 32, draw, NULL) == 0, "sign");
		bench_require(mbedtls_ecdsa_verify(&group, data, 32, &public, &r, &s) == 0, "verify");
	}
	bench_require(mbedtls_mpi_write_binary(&s, data + 64, 66) == 0, "write");
	bench_print(name, bench_sum(BENCH_SUM, data + 64, 66));
	mbedtls_mpi_free(&secret), mbedtls_mpi_free(&r), mbedtls_mpi_free(&s);
	mbedtls_ecp_point_free(&public), mbedtls_ecp_group_free(&group);
}

int main(void) {
	draw(NULL, data, size);
	bench_start();
	hashes();
	ciphers();
	rsa();
	curve(MBEDTLS_ECP_DP_SECP256R1, "P-256");
	curve(MBEDTLS_ECP_DP_SECP521R1, "P-521");
	bench_end();
	return 0;
}
