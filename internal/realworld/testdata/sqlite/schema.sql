.headers on
CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT NOT NULL, credit INTEGER DEFAULT 0);
CREATE TABLE orders(id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers(id), day INTEGER, amount REAL);
CREATE TABLE gone(id INTEGER, amount REAL);
CREATE INDEX orders_by_customer ON orders(customer, day);
CREATE TRIGGER keep_deleted AFTER DELETE ON orders BEGIN INSERT INTO gone VALUES(old.id, old.amount); END;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
INSERT INTO customers(id, name) SELECT i, printf('customer %03d', i * 37 % 101) FROM n;
