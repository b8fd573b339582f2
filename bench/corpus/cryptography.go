package main

// cryptography has big numbers, ciphers and hashes.
func cryptography() []program {
	return []program{
		{
			name:     "mbedtls",
			workload: "SHA-2, AES-GCM, ChaCha20-Poly1305, modular powers, ECDSA on P-256 and P-521",
			binary: &cBinary{packages: []string{"mbedtls"},
				sources: []string{"c/mbedtls.c", "mbedtls/library/aes.c", "mbedtls/library/asn1*.c", "mbedtls/library/bignum.c",
					"mbedtls/library/chacha*.c", "mbedtls/library/cipher*.c", "mbedtls/library/constant_time.c", "mbedtls/library/ecdsa.c",
					"mbedtls/library/ecp*.c", "mbedtls/library/gcm.c", "mbedtls/library/hmac_drbg.c", "mbedtls/library/md.c",
					"mbedtls/library/oid.c", "mbedtls/library/platform_util.c", "mbedtls/library/poly1305.c", "mbedtls/library/rsa*.c",
					"mbedtls/library/sha*.c"},
				include: []string{"c/config/mbedtls", "mbedtls/include", "mbedtls/library"},
				flags:   []string{"-DMBEDTLS_CONFIG_FILE=<corpus_config.h>"}},
		},
		{
			name:     "libsodium",
			workload: "X25519, Ed25519, XChaCha20-Poly1305, BLAKE2b, Argon2id with 32 MB",
			binary: &cBinary{packages: []string{"libsodium"},
				sources: sodiumSources(),
				include: []string{"c/config/sodium", "c/config/sodium/sodium", "libsodium/src/libsodium/include", "libsodium/src/libsodium/include/sodium"},
				flags:   []string{"-DCONFIGURED", "-DSODIUM_STATIC", "-DDEV_MODE", "-DNATIVE_LITTLE_ENDIAN"}},
		},
		{
			name:     "tommath",
			workload: "1,000 digits of pi, 6000!, Fermat's test of 2^2203-1 and 2^2207-1",
			binary: &cBinary{packages: []string{"libtommath"},
				sources: []string{"c/tommath.c", "libtommath/bn_*.c"},
				include: []string{"libtommath"},
				flags:   []string{"-DMP_32BIT"}},
		},
		{
			name:     "xxhash",
			workload: "XXH32, XXH64, XXH3 of 1 MB 500 times, and of 8 million short inputs",
			binary:   &cBinary{packages: []string{"xxhash"}, sources: []string{"c/xxhash.c"}, include: []string{"xxhash"}},
		},
	}
}

// sodiumSources are the portable parts of libsodium that the driver needs.
func sodiumSources() []string {
	sources := []string{"c/libsodium.c"}
	for _, pattern := range []string{
		"crypto_aead/xchacha20poly1305/sodium/*.c", "crypto_aead/chacha20poly1305/sodium/*.c",
		"crypto_core/ed25519/*.c", "crypto_core/ed25519/ref10/*.c", "crypto_core/hchacha20/*.c", "crypto_core/salsa/ref/*.c",
		"crypto_generichash/*.c", "crypto_generichash/blake2b/*.c", "crypto_generichash/blake2b/ref/*-ref.c",
		"crypto_generichash/blake2b/ref/generichash_blake2b.c",
		"crypto_hash/sha512/*.c", "crypto_hash/sha512/cp/*.c", "crypto_onetimeauth/*.c", "crypto_onetimeauth/poly1305/*.c",
		"crypto_onetimeauth/poly1305/donna/*.c", "crypto_pwhash/*.c", "crypto_pwhash/argon2/*.c", "crypto_scalarmult/*.c",
		"crypto_scalarmult/curve25519/*.c", "crypto_scalarmult/curve25519/ref10/*.c",
		"crypto_sign/*.c", "crypto_sign/ed25519/*.c", "crypto_sign/ed25519/ref10/*.c",
		"crypto_stream/salsa20/*.c", "crypto_stream/salsa20/ref/*.c", "crypto_stream/chacha20/*.c", "crypto_stream/chacha20/ref/*.c", "crypto_verify/sodium/*.c",
		"randombytes/randombytes.c", "randombytes/sysrandom/*.c", "sodium/codecs.c", "sodium/core.c", "sodium/runtime.c", "sodium/utils.c",
	} {
		sources = append(sources, "libsodium/src/libsodium/"+pattern)
	}
	return sources
}
