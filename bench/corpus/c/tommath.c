/* Big integers: digits of pi, factorials, modular powers, a test for primes. */
#include "bench.h"
#include "tommath.h"

/* pi writes the first n digits by the spigot of Gibbons. */
static void pi(char *digits, int n) {
	mp_int q, r, t, k, m, x, a, b;
	bench_require(mp_init_multi(&q, &r, &t, &k, &m, &x, &a, &b, NULL) == MP_OKAY, "mp_init_multi");
	mp_set(&q, 1), mp_set(&r, 0), mp_set(&t, 1);
	uint32_t step = 1, l = 3, digit = 3;
	for (int i = 0; i < n;) {
		/* The next digit is sure when 4 q + r - t < digit * t. */
		mp_mul_2d(&q, 2, &a), mp_add(&a, &r, &a), mp_sub(&a, &t, &a);
		mp_mul_d(&t, digit, &b);
		if (mp_cmp(&a, &b) == MP_LT) {
			digits[i++] = (char)('0' + digit);
			mp_mul_d(&q, 3, &a), mp_add(&a, &r, &a), mp_mul_d(&a, 10, &a), mp_div(&a, &t, &a, NULL);
			uint32_t next = mp_get_u32(&a) - 10 * digit;
			mp_sub(&r, &b, &r), mp_mul_d(&r, 10, &r), mp_mul_d(&q, 10, &q);
			digit = next;
			continue;
		}
		mp_mul_d(&q, 7 * step, &a), mp_mul_d(&a, 1, &a), mp_mul_d(&q, 2, &x), mp_add(&a, &x, &a);
		mp_mul_d(&r, l, &b), mp_add(&a, &b, &a);
		mp_mul_d(&t, l, &t);
		mp_mul_d(&q, 2, &x), mp_add(&x, &r, &x), mp_mul_d(&x, l, &x);
		mp_div(&a, &t, &a, NULL);
		digit = mp_get_u32(&a);
		mp_mul_d(&q, step, &q);
		mp_copy(&x, &r);
		step++, l += 2;
	}
	mp_clear_multi(&q, &r, &t, &k, &m, &x, &a, &b, NULL);
}

int main(void) {
	static char digits[1001];
	mp_int n, e, m, result;
	bench_require(mp_init_multi(&n, &e, &m, &result, NULL) == MP_OKAY, "mp_init_multi");
	bench_start();
	pi(digits, 1000);
	mp_set(&n, 1);
	for (uint32_t i = 2; i <= 6000; i++) mp_mul_d(&n, i, &n);
	size_t written;
	char *text = bench_alloc(30000);
	bench_require(mp_to_radix(&n, text, 30000, &written, 10) == MP_OKAY, "mp_to_radix");
	/* 2^2203 - 1 is prime, 2^2207 - 1 is not. */
	mp_bool prime[2];
	for (int i = 0; i < 2; i++) {
		mp_2expt(&m, i ? 2207 : 2203), mp_sub_d(&m, 1, &m);
		mp_set(&e, 3);
		mp_prime_fermat(&m, &e, &prime[i]);
	}
	bench_end();
	printf("%s\n6000! has %u digits, Mersenne 2203 %s, 2207 %s\n", digits, (unsigned)(written - 1), prime[0] ? "prime" : "composite",
		prime[1] ? "prime" : "composite");
	bench_print("factorial", bench_sum(BENCH_SUM, text, written));
	return 0;
}
