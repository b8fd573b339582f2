SELECT count(*) AS orders, round(sum(amount), 2) AS total, min(day) AS first, max(day) AS last FROM orders;
SELECT count(*) AS gone, round(sum(amount), 2) AS lost FROM gone;
SELECT c.name, count(*) AS n, round(sum(o.amount), 2) AS total, c.credit
FROM customers c JOIN orders o ON o.customer = c.id GROUP BY c.id ORDER BY total DESC LIMIT 5;
SELECT day / 30 AS month, count(*) AS n, round(avg(amount), 3) AS mean FROM orders GROUP BY month ORDER BY month LIMIT 4;
SELECT name, total, position FROM (
  SELECT c.name, round(sum(o.amount)) AS total, rank() OVER (ORDER BY sum(o.amount) DESC) AS position
  FROM customers c JOIN orders o ON o.customer = c.id GROUP BY c.id)
WHERE position BETWEEN 20 AND 22 ORDER BY position;
SELECT group_concat(id, ',') AS ids FROM (SELECT id FROM orders WHERE amount > 898 ORDER BY id);
SELECT upper(substr(name, 1, 4)) || '/' || length(name) AS tag, hex(name) AS hex FROM customers
WHERE name LIKE '%7' AND id NOT IN (SELECT customer FROM orders WHERE day = 3) ORDER BY id LIMIT 3;
VACUUM;
DROP TABLE orders;
SELECT name, type FROM sqlite_master ORDER BY name;
