create table orders (
    id bigserial primary key,
    customer text not null,
    total_cents bigint not null
);
