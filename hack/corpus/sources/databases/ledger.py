"""A ledger on asyncpg; logs as uvicorn's colours do not, plain logging."""

import asyncio
import logging
import os

import asyncpg

logging.basicConfig(level=logging.DEBUG, format="%(levelname)s:%(name)s:%(message)s")
log = logging.getLogger("ledger")


async def main() -> None:
    log.info("opening pool (min 2, max 10)")
    pool = await asyncpg.create_pool(
        dsn=os.environ["DATABASE_URL"], min_size=2, max_size=10, timeout=float(os.environ.get("TIMEOUT", "3"))
    )
    async with pool.acquire() as connection:
        log.info("connected: %s", await connection.fetchval("select version()"))
        await connection.execute("create table if not exists entries(id bigserial primary key, amount numeric)")
        for amount in range(40):
            await connection.execute("insert into entries(amount) values($1)", amount)
            log.debug("posted %s", amount)
    await asyncio.sleep(3600)


asyncio.run(main())
