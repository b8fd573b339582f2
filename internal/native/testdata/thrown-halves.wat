;; What takes half of a slot in an exception has zeros in the other half, whatever was there.
(module
  (tag $narrow (param i32 f32 i64 f32))
  (tag $wide (param i64 i64 i64 i64))
  (func $wide (param i64)
    local.get 0
    local.get 0
    local.get 0
    local.get 0
    throw $wide)
  (func $narrow (param i32 f32 i64)
    local.get 0
    local.get 1
    local.get 2
    local.get 1
    throw $narrow)
  (func (param i64 i32 f32)
    (block $caught
      (try_table (catch_all $caught)
        i64.const -1
        call $wide))
    local.get 1
    local.get 2
    local.get 0
    call $narrow))
