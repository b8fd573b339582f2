<?php
// Exercises the core library and the file system; the output depends on nothing outside.
declare(strict_types=1);

interface Shape
{
    public function area(): float;
}

final class Circle implements Shape
{
    public function __construct(private readonly float $radius) {}
    public function area(): float { return M_PI * $this->radius ** 2; }
}

final class Box implements Shape
{
    public function __construct(private readonly float $width, private readonly float $height) {}
    public function area(): float { return $this->width * $this->height; }
}

function draws(int $count): Generator
{
    for ($state = 99; $count-- > 0;) {
        yield $state = ($state * 75 + 74) % 65537;
    }
}

function files(string $root): void
{
    mkdir($root);
    for ($i = 0; $i < 12; $i++) {
        file_put_contents("$root/note$i.txt", str_repeat("note $i\n", $i + 1));
    }
    rename("$root/note5.txt", "$root/renamed.txt");
    file_put_contents("$root/renamed.txt", "appended\n", FILE_APPEND);
    $f = fopen("$root/renamed.txt", "r+");
    fseek($f, 7);
    fwrite($f, "NOTE");
    fseek($f, -9, SEEK_END);
    echo trim(fgets($f)), " ", substr_count(file_get_contents("$root/renamed.txt"), "\n"), "\n";
    fclose($f);
    $names = array_values(array_diff(scandir($root), [".", ".."]));
    echo count($names), " files, ", array_sum(array_map(fn($n) => filesize("$root/$n"), $names)), " bytes, ", $names[2], "\n";
    array_map(fn($n) => unlink("$root/$n"), $names);
    var_dump(rmdir($root), file_exists($root));
}

function texts(): void
{
    $text = str_repeat("The shuttle flies, the weft is laid; the reed beats up what hands have made. ", 6);
    preg_match_all('/\b(?<word>[a-z]{4,6})\b/i', $text, $m);
    $counts = array_count_values(array_map('strtolower', $m['word']));
    arsort($counts);
    echo json_encode(array_slice($counts, 0, 3)), "\n";
    echo preg_replace_callback('/(\w+)ed\b/', fn($m) => strrev($m[1]), substr($text, 0, 76)), "\n";
    echo md5($text), " ", sha1($text), " ", sprintf("%08x", crc32($text)), "\n";
    printf("%05.2f|%-8s|%'*10s|%b\n", 3.14159, "left", "right", 37);
}

function numbers(): void
{
    $shapes = [];
    foreach (draws(400) as $i => $n) {
        $shapes[] = $i % 2 ? new Circle($n % 100 / 10) : new Box($n % 50 / 10, $n % 70 / 10);
    }
    usort($shapes, fn(Shape $a, Shape $b) => $b->area() <=> $a->area());
    printf("%s %.4f, total %.4f\n", $shapes[0]::class, $shapes[0]->area(), array_sum(array_map(fn($s) => $s->area(), $shapes)));
    $data = unserialize(serialize(['n' => iterator_to_array(draws(3)), 'nested' => ['a' => null, 'b' => 1.5]]));
    echo json_encode($data), "\n";
    $sieve = array_fill(2, 20000, true);
    for ($i = 2; $i * $i <= 20001; $i++) {
        for ($j = $i * $i; $sieve[$i] && $j <= 20001; $j += $i) {
            $sieve[$j] = false;
        }
    }
    echo count(array_filter($sieve)), " primes, ", intdiv(-7, 2), " ", -7 % 3, " ", 7 <=> 5, "\n";
    try {
        (function (int $n) { throw new DomainException("no $n"); })(3);
    } catch (DomainException $e) {
        echo get_class($e), ": ", $e->getMessage(), "\n";
    } finally {
        echo match (true) { is_nan(NAN) => "matched", default => "unmatched" }, "\n";
    }
}

files("/guest");
texts();
numbers();
