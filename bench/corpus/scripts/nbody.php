<?php
// The planets' orbits by a symplectic integrator; the argument is the number of steps.
const PI = 3.141592653589793;
const YEAR = 365.24;

class Body {
    public function __construct(public float $x, public float $y, public float $z,
        public float $vx, public float $vy, public float $vz, public float $mass) {
        $this->vx *= YEAR;
        $this->vy *= YEAR;
        $this->vz *= YEAR;
        $this->mass = $mass * 4 * PI * PI;
    }
}

$bodies = [
    new Body(0, 0, 0, 0, 0, 0, 1),
    new Body(4.8414314424647209, -1.16032004402742839, -0.103622044471123109,
        0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609),
    new Body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
        -0.00276742510726411, 0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812),
    new Body(12.894369562139131, -15.1111514016986312, -0.223307578892655734,
        0.00296460137564761618, 0.0023784717395948095, -0.0000296589568540237556, 0.0000436624404335156298),
    new Body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
        0.00268067772490389322, 0.00162824170038242295, -0.000095159225451971587, 0.0000515138902046611451),
];

function advance(array $bodies, float $dt): void {
    $count = count($bodies);
    for ($i = 0; $i < $count; $i++) {
        $a = $bodies[$i];
        for ($j = $i + 1; $j < $count; $j++) {
            $b = $bodies[$j];
            $dx = $a->x - $b->x;
            $dy = $a->y - $b->y;
            $dz = $a->z - $b->z;
            $d2 = $dx * $dx + $dy * $dy + $dz * $dz;
            $force = $dt / ($d2 * sqrt($d2));
            $a->vx -= $dx * $b->mass * $force;
            $a->vy -= $dy * $b->mass * $force;
            $a->vz -= $dz * $b->mass * $force;
            $b->vx += $dx * $a->mass * $force;
            $b->vy += $dy * $a->mass * $force;
            $b->vz += $dz * $a->mass * $force;
        }
    }
    foreach ($bodies as $a) {
        $a->x += $dt * $a->vx;
        $a->y += $dt * $a->vy;
        $a->z += $dt * $a->vz;
    }
}

$steps = (int)$argv[1];
for ($i = 0; $i < $steps; $i++) {
    advance($bodies, 0.001);
}
foreach ($bodies as $a) {
    printf("%.9f %.9f %.9f\n", $a->x, $a->y, $a->z);
}
