;; The guest of bench soak: its memory begins with data that it can check, it writes secrets and finds them again, and it goes wrong in all ways there are.
(module
  (import "soak" "error" (func $error))
  (import "soak" "panic" (func $panic))
  (import "soak" "again" (func $again))
  (tag $tag (param i32))
  (memory (export "memory") 4 64)
  (table 4 funcref)
  (elem (i32.const 0) $leaf)
  (global $counter (mut i32) (i32.const 0))
  ;; byte i is 7i+13; the rest of it is added by soakguest.go
  (data (i32.const 1024) "\0d")

  ;; fresh is the address of the first byte that is not as it was at first, -1 if there is none, -2 if a global is not.
  (func (export "fresh") (param $size i32) (result i32) (local $at i32)
    (if (global.get $counter) (then (return (i32.const -2))))
    (loop $bytes
      (if (i32.ne (i32.load8_u offset=1024 (local.get $at))
                  (i32.and (i32.add (i32.mul (local.get $at) (i32.const 7)) (i32.const 13)) (i32.const 255)))
        (then (return (i32.add (local.get $at) (i32.const 1024)))))
      (br_if $bytes (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (local.get $size))))
    (local.set $at (i32.add (i32.const 1024) (local.get $size)))
    (loop $zeros
      (if (i64.ne (i64.load (local.get $at)) (i64.const 0)) (then (return (local.get $at))))
      (br_if $zeros (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const 0x40000))))
    (i32.const -1))

  ;; write leaves a secret in every cache line of the second half of the memory.
  (func (export "write") (param $secret i64) (local $at i32)
    (global.set $counter (i32.add (global.get $counter) (i32.const 1)))
    (local.set $at (i32.const 0x20000))
    (loop $lines
      (i64.store (local.get $at) (i64.xor (local.get $secret) (i64.extend_i32_u (local.get $at))))
      (br_if $lines (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64))) (i32.const 0x40000)))))

  ;; check is the address of the first line without the secret, -1 if there is none.
  (func (export "check") (param $secret i64) (result i32) (local $at i32)
    (local.set $at (i32.const 0x20000))
    (loop $lines
      (if (i64.ne (i64.load (local.get $at)) (i64.xor (local.get $secret) (i64.extend_i32_u (local.get $at))))
        (then (return (local.get $at))))
      (br_if $lines (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64))) (i32.const 0x40000))))
    (i32.const -1))

  ;; work makes n steps of a generator.
  (func (export "work") (param $x i64) (param $n i32) (result i64)
    (loop $steps
      (local.set $x (i64.add (i64.mul (local.get $x) (i64.const 6364136223846793005)) (i64.const 1442695040888963407)))
      (br_if $steps (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $x))

  (func (export "spin") (loop $forever (global.set $counter (i32.add (global.get $counter) (i32.const 1))) (br $forever)))

  (func $leaf (export "unreachable") unreachable)
  (func (export "divide") (drop (i32.div_u (i32.const 1) (global.get $counter))))
  (func (export "overflow") (drop (i32.div_s (i32.const 0x80000000) (i32.sub (global.get $counter) (i32.const 1)))))
  (func (export "bounds") (drop (i64.load (i32.const 0x3fffff))))
  (func (export "table") (call_indirect (i32.const 3)))
  (func (export "type") (drop (call_indirect (result i32) (i32.const 0))))
  (func (export "convert") (drop (i32.trunc_f64_s (f64.const nan))))
  (func (export "throw") (throw $tag (i32.const 5)))
  (func (export "error") (call $error))
  (func (export "panic") (call $panic))
  (func $deep (export "deep") (param i64 i64) (result i64)
    (i64.add (call $deep (local.get 1) (local.get 0)) (i64.mul (local.get 0) (local.get 1))))
  (func (export "again") (call $again)))
