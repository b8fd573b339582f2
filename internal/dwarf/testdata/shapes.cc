namespace geometry {
template <class T> struct Shape {
  T side;
  __attribute__((noinline)) T area(int n) const { if (n > 3) __builtin_trap(); return side * n; }
};
namespace { __attribute__((noinline)) int hidden(int n) { Shape<int> s{n}; return s.area(n) + 1; } }
}
extern "C" __attribute__((export_name("run"))) int run(int n) {
  auto f = [&](int k) __attribute__((noinline)) { return geometry::hidden(k) * 2; };
  return f(n);
}
