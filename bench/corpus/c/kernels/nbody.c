/* The planets' orbits by a symplectic integrator, in double precision without vectors. */
#include "bench.h"
#include <math.h>

enum { bodies = 5, steps = 6000000 };

struct body { double x, y, z, vx, vy, vz, mass; };

static const double pi = 3.141592653589793, year = 365.24;

static struct body system_[bodies] = {
	{0, 0, 0, 0, 0, 0, 1},
	{4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.00166007664274403694, 0.00769901118419740425,
		-0.0000690460016972063023, 0.000954791938424326609},
	{8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -0.00276742510726411, 0.00499852801234917238,
		0.0000230417297573763929, 0.000285885980666130812},
	{12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 0.00296460137564761618, 0.00237847173959480950,
		-0.0000296589568540237556, 0.0000436624404335156298},
	{15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.00268067772490389322, 0.00162824170038242295,
		-0.0000951592254519715870, 0.0000515138902046611451},
};

static void advance(struct body *b, double dt) {
	for (int i = 0; i < bodies; i++)
		for (int j = i + 1; j < bodies; j++) {
			double dx = b[i].x - b[j].x, dy = b[i].y - b[j].y, dz = b[i].z - b[j].z;
			double d2 = dx * dx + dy * dy + dz * dz, force = dt / (d2 * sqrt(d2));
			b[i].vx -= dx * b[j].mass * force, b[i].vy -= dy * b[j].mass * force, b[i].vz -= dz * b[j].mass * force;
			b[j].vx += dx * b[i].mass * force, b[j].vy += dy * b[i].mass * force, b[j].vz += dz * b[i].mass * force;
		}
	for (int i = 0; i < bodies; i++) b[i].x += dt * b[i].vx, b[i].y += dt * b[i].vy, b[i].z += dt * b[i].vz;
}

static double energy(const struct body *b) {
	double e = 0;
	for (int i = 0; i < bodies; i++) {
		e += 0.5 * b[i].mass * (b[i].vx * b[i].vx + b[i].vy * b[i].vy + b[i].vz * b[i].vz);
		for (int j = i + 1; j < bodies; j++) {
			double dx = b[i].x - b[j].x, dy = b[i].y - b[j].y, dz = b[i].z - b[j].z;
			e -= b[i].mass * b[j].mass / sqrt(dx * dx + dy * dy + dz * dz);
		}
	}
	return e;
}

int main(void) {
	for (int i = 0; i < bodies; i++) {
		system_[i].vx *= year, system_[i].vy *= year, system_[i].vz *= year;
		system_[i].mass *= 4 * pi * pi;
	}
	bench_start();
	for (int i = 0; i < steps; i++) advance(system_, 0.001);
	bench_end();
	printf("%.9f\n", energy(system_));
	return 0;
}
