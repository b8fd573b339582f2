;; A guest that takes all the memory it gets, and touches it.
(module
  (memory (export "memory") 1)
  (func (export "eat") (result i32) (local $page i32)
    (block $full
      (loop $more
        (local.set $page (memory.grow (i32.const 8)))
        (br_if $full (i32.eq (local.get $page) (i32.const -1)))
        (if (i32.load8_u (i32.shl (local.get $page) (i32.const 16))) (then unreachable))
        (memory.fill (i32.shl (local.get $page) (i32.const 16)) (i32.const 0xdb) (i32.const 0x80000))
        (br $more)))
    (memory.size)))
