// The planets' orbits by a symplectic integrator; the last argument is the number of steps.
var n = +args[args.length - 1];
var pi = 3.141592653589793, year = 365.24;

function Body(x, y, z, vx, vy, vz, mass) {
  this.x = x; this.y = y; this.z = z;
  this.vx = vx * year; this.vy = vy * year; this.vz = vz * year;
  this.mass = mass * 4 * pi * pi;
}

var bodies = [
  new Body(0, 0, 0, 0, 0, 0, 1),
  new Body(4.8414314424647209, -1.16032004402742839, -0.103622044471123109,
    0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609),
  new Body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
    -0.00276742510726411, 0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812),
  new Body(12.894369562139131, -15.1111514016986312, -0.223307578892655734,
    0.00296460137564761618, 0.0023784717395948095, -0.0000296589568540237556, 0.0000436624404335156298),
  new Body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
    0.00268067772490389322, 0.00162824170038242295, -0.000095159225451971587, 0.0000515138902046611451)
];

function advance(dt) {
  for (var i = 0; i < bodies.length; i++) {
    var a = bodies[i];
    for (var j = i + 1; j < bodies.length; j++) {
      var b = bodies[j];
      var dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
      var d2 = dx * dx + dy * dy + dz * dz;
      var force = dt / (d2 * Math.sqrt(d2));
      a.vx -= dx * b.mass * force;
      a.vy -= dy * b.mass * force;
      a.vz -= dz * b.mass * force;
      b.vx += dx * a.mass * force;
      b.vy += dy * a.mass * force;
      b.vz += dz * a.mass * force;
    }
  }
  for (i = 0; i < bodies.length; i++) {
    a = bodies[i];
    a.x += dt * a.vx;
    a.y += dt * a.vy;
    a.z += dt * a.vz;
  }
}

for (var step = 0; step < n; step++) advance(0.001);
for (var k = 0; k < bodies.length; k++) {
  var c = bodies[k];
  print(c.x.toFixed(9) + " " + c.y.toFixed(9) + " " + c.z.toFixed(9));
}
