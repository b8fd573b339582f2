# Exercises the core and standard library and the file system; the output depends on nothing outside.
require "json"
require "set"
require "stringio"

Point = Struct.new(:x, :y) do
  include Comparable
  def <=>(other) = [x, y] <=> [other.x, other.y]
  def to_s = "(#{x},#{y})"
end

def draw
  state = 7
  Enumerator.new { |out| loop { out << (state = (state * 1103515245 + 12345) % 2**31) } }
end

def files(root)
  Dir.mkdir(root)
  Dir.mkdir("#{root}/shelf")
  20.times { |i| File.write("#{root}/shelf/#{format("%02d", i)}.txt", "line #{i}\n" * (i + 1)) }
  File.rename("#{root}/shelf/03.txt", "#{root}/moved.txt")
  File.open("#{root}/moved.txt", "r+") do |f|
    f.seek(-7, IO::SEEK_END)
    f.write("LAST 3\nand more\n")
    f.rewind
    puts f.each_line.map(&:chomp).join("/")
  end
  names = Dir.children("#{root}/shelf").sort
  sizes = names.map { |n| File.size("#{root}/shelf/#{n}") }
  puts "#{names.size} files, #{sizes.sum} bytes, largest #{names[sizes.index(sizes.max)]}"
  names.each { |n| File.delete("#{root}/shelf/#{n}") }
  Dir.rmdir("#{root}/shelf")
  begin
    File.read("#{root}/shelf/00.txt")
  rescue Errno::ENOENT => e
    puts e.class
  end
end

def collections
  points = draw.lazy.map { |n| Point.new(n % 20, (n >> 8) % 20) }.first(200)
  unique = points.to_set
  puts "#{unique.size} of #{points.size}, #{points.min} to #{points.max}"
  groups = points.group_by(&:x).transform_values { |list| list.map(&:y).tally.max_by { |y, n| [n, y] } }
  puts groups.sort.first(4).inspect
  text = JSON.generate(points.first(3).map(&:to_h))
  puts text, JSON.parse(text, symbolize_names: true) == points.first(3).map(&:to_h)
end

def control
  fib = Hash.new { |h, n| h[n] = n < 2 ? n : h[n - 1] + h[n - 2] }
  puts fib[90], 2**200 - 1, 355.fdiv(113).round(9)
  found = catch(:found) { (1..).each { |a| (1..a).each { |b| throw :found, [a, b] if a * b == 391 } } }
  fiber = Fiber.new { |n| 5.times { n = Fiber.yield(n * n) }; :done }
  puts found.inspect, (1..6).map { |n| fiber.resume(n) }.inspect
  out = StringIO.new
  "The shuttle flies, the weft is laid".scan(/\b(\w)(\w*)\b/) { |head, tail| out << tail << head << "ay " }
  puts out.string.strip
  case { kind: "thread", sizes: [3, 4, 5] }
  in { kind: String => kind, sizes: [first, *rest] } then puts "#{kind} #{first} #{rest}"
  end
  puts (1..20_000).inject { |a, b| (a * 31 + b) % 1_000_003 }
end

files("/guest")
collections
control
