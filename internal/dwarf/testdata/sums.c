typedef unsigned u32;
static volatile int sink;
static inline __attribute__((always_inline)) int square(int x) {
  if (x > 100)
    __builtin_trap();
  return x * x;
}
static inline __attribute__((always_inline)) int sum(int n) {
  int s = 0;
  for (int i = 0; i < n; i++)
    s += square(i * 7);
  return s;
}
__attribute__((noinline)) int deep(int n) {
  if (n == 0)
    return sum(20);
  sink = n;
  return deep(n - 1) + 1;
}
__attribute__((export_name("run"))) int run(int n) { return deep(n) + 2; }
