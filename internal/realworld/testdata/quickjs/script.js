// Exercises the language and its built-in objects; the output depends on nothing outside.
function* draws(count) {
  for (let state = 5; count-- > 0;) yield (state = Number((BigInt(state) * 1103515245n + 12345n) % 2147483648n));
}

class Matrix {
  constructor(size, value) {
    this.rows = Array.from({ length: size }, (_, y) => Float64Array.from({ length: size }, (_, x) => value(x, y)));
  }
  times(other) {
    const size = this.rows.length;
    return new Matrix(size, (x, y) => this.rows[y].reduce((sum, v, i) => sum + v * other.rows[i][x], 0));
  }
  get trace() { return this.rows.reduce((sum, row, i) => sum + row[i], 0); }
}

function collections() {
  const numbers = [...draws(2000)];
  const groups = new Map();
  for (const n of numbers) groups.set(n % 7, [...(groups.get(n % 7) ?? []), n >> 8]);
  print(JSON.stringify([...groups].sort(([a], [b]) => a - b).map(([k, v]) => [k, v.length, Math.max(...v)])));
  print(numbers.sort((a, b) => a - b).slice(0, 3), new Set(numbers.map((n) => n % 100)).size);
  const { first, ...rest } = { first: 1, second: [2, { third: 3 }] };
  print(first, JSON.stringify(rest), JSON.stringify(JSON.parse('{"a":[1.5e3,null,"\\u00e9"]}')));
}

function texts() {
  const text = "The shuttle flies, the weft is laid; the reed beats up what hands have made.";
  print(text.replace(/(?<head>\w)(\w*)/g, "$2$<head>"));
  print([...text.matchAll(/\b[a-z]{4,5}\b/g)].map((m) => `${m[0]}@${m.index}`).join(" "));
  print("Tromsø".normalize("NFD").length, "weft".padStart(8, "*"), [..."añ😀"].length, /(?<=w)e(?!x)/u.test("weft"));
}

function numbers() {
  const m = new Matrix(24, (x, y) => (x * x + y * 3) % 11 - 4);
  print(m.times(m).times(m).trace, (2n ** 200n - 1n).toString(16), 0.1 + 0.2, (1234.5678).toFixed(2));
  let h = 2166136261;
  for (let i = 0; i < 100000; i++) h = Math.imul(h ^ (i & 255), 16777619) >>> 0;
  print(h, Math.hypot(3, 4), Math.fround(1 / 3), Number("0x1f"), parseInt("z", 36));
  const view = new DataView(new ArrayBuffer(16));
  view.setFloat32(0, -1.5), view.setBigInt64(8, -2n, true);
  print([...new Uint8Array(view.buffer)].join(","));
}

async function promises() {
  const wait = (n) => new Promise((resolve) => resolve(n * 2));
  let sum = 0;
  for await (const n of [1, 2, 3].map(wait)) sum += n;
  const settled = await Promise.allSettled([wait(1), Promise.reject(new TypeError("no"))]);
  print(sum, settled.map((s) => s.status).join(), settled[1].reason instanceof TypeError);
}

collections();
texts();
numbers();
promises();
