# Made-up words counted in a hash, sorted and joined; the argument is their number.
$seed = 42

def random(limit)
  $seed = $seed * 16807 % 2147483647
  $seed % limit
end

syllables = %w[ba ce di fo gu la me ni po ru sta tre]
counts = Hash.new(0)
ARGV[0].to_i.times do
  word = +""
  (random(3) + 1).times { word << syllables[random(syllables.size)] }
  counts[word] += 1
end

parts = counts.sort_by { |word, count| [-count, word] }.map { |word, count| "#{word}=#{count}" }
text = parts.join(",")
sum = 0
text.each_byte { |byte| sum = (sum * 31 + byte) % 1000000007 }
puts "#{parts.size} words, #{text.size} bytes, sum #{sum}"
puts parts.first(5)
