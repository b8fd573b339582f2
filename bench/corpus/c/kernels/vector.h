/* Vectors of 128 bits in clang's own notation, which is the same for both targets. */
#ifndef VECTOR_H
#define VECTOR_H

#include "bench.h"

typedef float f32x4 __attribute__((vector_size(16)));
typedef int32_t i32x4 __attribute__((vector_size(16)));
typedef uint32_t u32x4 __attribute__((vector_size(16)));
typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef uint8_t u8x16 __attribute__((vector_size(16)));
typedef int8_t i8x16 __attribute__((vector_size(16)));
typedef double f64x2 __attribute__((vector_size(16)));
typedef int64_t i64x2 __attribute__((vector_size(16)));

/* VECTOR_LOAD and VECTOR_STORE access memory of any alignment. */
#define VECTOR_LOAD(type, from) __extension__({ type v_; memcpy(&v_, (from), 16); v_; })
#define VECTOR_STORE(to, v) do { __typeof__(v) s_ = (v); memcpy((to), &s_, 16); } while (0)

static inline f32x4 f32x4_all(float x) { return (f32x4){x, x, x, x}; }
static inline f64x2 f64x2_all(double x) { return (f64x2){x, x}; }
static inline u8x16 u8x16_all(uint8_t x) { return (u8x16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }
static inline u16x8 u16x8_all(uint16_t x) { return (u16x8){x, x, x, x, x, x, x, x}; }

/* u8x16_any says whether any bit is set. */
static inline int u8x16_any(u8x16 v) {
	i64x2 halves = (i64x2)v;
	return (halves[0] | halves[1]) != 0;
}

/* u8x16_lookup returns table[index] for each index below 16; it is i8x16.swizzle and pshufb. */
#ifdef __wasm__
#include <wasm_simd128.h>
static inline u8x16 u8x16_lookup(u8x16 table, u8x16 index) {
	return (u8x16)wasm_i8x16_swizzle((v128_t)table, (v128_t)index);
}
#else
#include <tmmintrin.h>
static inline u8x16 u8x16_lookup(u8x16 table, u8x16 index) {
	return (u8x16)_mm_shuffle_epi8((__m128i)table, (__m128i)index);
}
#endif

#endif
