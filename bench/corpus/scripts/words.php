<?php
// Made-up words counted in an array, sorted and joined; the argument is their number.
$seed = 42;
function random(int $limit): int {
    global $seed;
    $seed = (int)fmod($seed * 16807, 2147483647); // the product may need more bits than an int has
    return $seed % $limit;
}

$syllables = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sta", "tre"];
$counts = [];
$n = (int)$argv[1];
for ($i = 0; $i < $n; $i++) {
    $word = "";
    for ($j = random(3); $j >= 0; $j--) {
        $word .= $syllables[random(count($syllables))];
    }
    $counts[$word] = ($counts[$word] ?? 0) + 1;
}

$words = array_keys($counts);
usort($words, fn($a, $b) => $counts[$b] <=> $counts[$a] ?: strcmp($a, $b));
$parts = array_map(fn($word) => "$word={$counts[$word]}", $words);
$text = implode(",", $parts);
$sum = 0;
for ($i = 0; $i < strlen($text); $i++) {
    $sum = (int)fmod($sum * 31 + ord($text[$i]), 1000000007);
}
echo count($parts), " words, ", strlen($text), " bytes, sum $sum\n";
foreach (array_slice($parts, 0, 5) as $part) {
    echo $part, "\n";
}
