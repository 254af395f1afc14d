create index orders_customer on orders (customer);
insert into orders (customer, total_cents) select 'customer-' || i, i * 137 from generate_series(1, 50) i;
