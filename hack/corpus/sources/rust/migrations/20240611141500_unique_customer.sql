ALTER TABLE orders ADD CONSTRAINT orders_customer_key UNIQUE (customer);
