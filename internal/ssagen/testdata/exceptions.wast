;; What the core test suite and random modules do not combine. Results are compared with the interpreter's.

(module $thrower
  (tag $e (export "e") (param i32 v128 funcref i64))
  (tag $n (export "n"))
  (func $self (export "self") (result i64) (i64.const 7))
  (elem declare func $self)
  (func (export "throw") (param i32)
    (throw $e (local.get 0) (v128.const i64x2 1 2) (ref.func $self) (i64.const 9)))
  (func (export "nothing") (param i32) (if (local.get 0) (then (throw $n)))))
(register "thrower" $thrower)

(module $catcher
  (type $f (func (result i64)))
  (import "thrower" "e" (tag $e (param i32 v128 funcref i64)))
  (import "thrower" "n" (tag $n))
  (import "thrower" "throw" (func $throw (param i32)))
  (import "thrower" "nothing" (func $nothing (param i32)))
  (table $t 1 funcref)

  ;; A payload with a vector in front of others, from another instance; its function is called.
  (func (export "payload") (param i32) (result i32 i64 i64 i64) (local $r funcref) (local $i i64)
    (block $h (result i32 v128 funcref i64)
      (try_table (catch $e $h) (call $throw (local.get 0)))
      (unreachable))
    (local.set $i)
    (local.set $r)
    (i64x2.extract_lane 1)
    (table.set $t (i32.const 0) (local.get $r))
    (local.get $i)
    (call_indirect $t (type $f) (i32.const 0)))

  ;; What locals hold in a handler depends on which call threw.
  (func (export "locals") (param $which i32) (result i32) (local $at i32)
    (block $h
      (try_table (catch $n $h)
        (local.set $at (i32.const 1))
        (call $nothing (i32.eq (local.get $which) (i32.const 1)))
        (local.set $at (i32.const 2))
        (call $nothing (i32.eq (local.get $which) (i32.const 2)))
        (local.set $at (i32.const 3))))
    (local.get $at))

  ;; A handler in a loop, which goes on until it is quiet.
  (func (export "loop") (param $n i32) (result i32) (local $caught i32)
    (loop $again
      (block $h
        (try_table (catch_all $h)
          (call $nothing (local.get $n))
          (return (local.get $caught))))
      (local.set $caught (i32.add (local.get $caught) (i32.const 1)))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br $again))
    (unreachable))

  ;; Caught by reference, thrown on, and caught by an outer handler with its payload.
  (func (export "again") (param i32) (result i64) (local $i i64)
    (block $none
      (block $outer (result i32 v128 funcref i64)
        (try_table (catch $e $outer)
          (block $h (result exnref)
            (try_table (catch $n $none) (catch_all_ref $h) (call $throw (local.get 0)))
            (unreachable))
          (throw_ref))
        (unreachable))
      (local.set $i) (drop) (drop) (drop)
      (return (local.get $i)))
    (i64.const 0))

  ;; Neither clause of the inner handler fits, the outer one's does.
  (func (export "outer") (result i32)
    (block $n
      (try_table (catch $n $n)
        (block $e (result i32 v128 funcref i64)
          (try_table (catch $e $e) (call $nothing (i32.const 1)))
          (return (i32.const 1)))
        (drop) (drop) (drop) (return))
      (return (i32.const 3)))
    (i32.const 4))

  ;; A tail call leaves the handler behind.
  (func (export "tail")
    (block $h (try_table (catch_all $h) (return_call $nothing (i32.const 1)))))

  ;; A trap is no exception.
  (func (export "trap") (result i32)
    (block $h (try_table (catch_all $h) (drop (i32.div_u (i32.const 1) (i32.const 0)))))
    (i32.const 1))
  (func (export "null") (block $h (try_table (catch_all $h) (throw_ref (ref.null exn))))))

(assert_return (invoke "payload" (i32.const 5)) (i32.const 5) (i64.const 2) (i64.const 9) (i64.const 7))
(assert_return (invoke "locals" (i32.const 1)) (i32.const 1))
(assert_return (invoke "locals" (i32.const 2)) (i32.const 2))
(assert_return (invoke "locals" (i32.const 3)) (i32.const 3))
(assert_return (invoke "loop" (i32.const 5)) (i32.const 5))
(assert_return (invoke "again" (i32.const 5)) (i64.const 9))
(assert_return (invoke "outer") (i32.const 4))
(assert_exception (invoke "tail"))
(assert_trap (invoke "trap") "integer divide by zero")
(assert_trap (invoke "null") "null reference")
