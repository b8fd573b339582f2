;; A load that a comparison makes traps where the load stands, not where the comparison does.
(module
  (memory 1 1)
  (memory $large 1 1)
  (func (param i32) (result i32)
    local.get 0
    i32.load16_s $large offset=65535
    if (result i32)
      i32.const 1
    else
      i32.const 2
    end)
  (func (param i32 i64) (result i64)
    local.get 1
    local.get 0
    i64.load offset=65530
    i64.add)
  (func (param i32)
    local.get 0
    local.get 0
    i32.load offset=65530
    i32.const 1
    i32.add
    i32.store offset=65530))
