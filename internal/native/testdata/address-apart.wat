;; The register of an address does not change places with the operand that what lies there is combined with, although that lives on.
(module
  (table i64 10 20 funcref)
  (func (param i64) (result i64 i64)
    (i64.or (table.size) (local.get 0))
    (local.get 0))
  (func (param i64) (result i64 i64)
    (i64.add (local.get 0) (table.size))
    (local.get 0)))
