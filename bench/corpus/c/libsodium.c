/* Curve25519, Ed25519, ChaCha20-Poly1305, BLAKE2b and Argon2id, in portable C. */
#include "bench.h"
#include "sodium.h"

enum { size = 1 << 20 };

static unsigned char data[size], sealed[size + 64];

int main(void) {
	for (int i = 0; i < size; i++) data[i] = (unsigned char)(bench_random() >> 9);
	unsigned char public[32], secret[64], shared[32], point[32], signature[64], digest[64], key[32] = {1}, nonce[24] = {2};
	unsigned long long n;
	bench_start();
	crypto_scalarmult_base(point, data);
	for (int i = 0; i < 300; i++) {
		bench_require(crypto_scalarmult(shared, data + i, point) == 0, "crypto_scalarmult");
		memcpy(point, shared, 32);
	}
	bench_print("x25519", bench_sum(BENCH_SUM, shared, 32));
	crypto_sign_seed_keypair(public, secret, data);
	for (int i = 0; i < 300; i++) {
		crypto_sign_detached(signature, &n, data + i, 1000, secret);
		bench_require(crypto_sign_verify_detached(signature, data + i, 1000, public) == 0, "verify");
	}
	bench_print("ed25519", bench_sum(BENCH_SUM, signature, 64));
	for (int i = 0; i < 20; i++) {
		crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, &n, data, size, NULL, 0, NULL, nonce, key);
		nonce[0]++;
	}
	bench_print("xchacha20-poly1305", bench_sum(BENCH_SUM, sealed, (size_t)n));
	for (int i = 0; i < 20; i++) {
		crypto_generichash(digest, 64, data, size, NULL, 0);
		memcpy(data, digest, 64);
	}
	bench_print("blake2b", bench_sum(BENCH_SUM, digest, 64));
	bench_require(crypto_pwhash(key, 32, "password", 8, data, 2, 32 << 20, crypto_pwhash_ALG_ARGON2ID13) == 0, "argon2id");
	bench_print("argon2id", bench_sum(BENCH_SUM, key, 32));
	bench_end();
	return 0;
}
