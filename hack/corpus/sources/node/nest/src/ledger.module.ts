import { Injectable, Logger, Module, OnModuleDestroy, OnModuleInit } from '@nestjs/common';

@Injectable()
export class LedgerClient implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(LedgerClient.name);

  async onModuleInit() {
    const url = process.env.LEDGER_URL;
    if (!url) return;
    const attempts = Number(process.env.LEDGER_ATTEMPTS ?? 1);
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await fetch(url);
        if (!answer.ok) throw new Error(`ledger answered ${answer.status} ${answer.statusText}`);
        this.logger.log('ledger is reachable');
        return;
      } catch (error) {
        if (attempt >= attempts) throw error;
        this.logger.warn(`ledger attempt ${attempt} failed: ${(error as any).cause?.message ?? (error as Error).message}`);
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }

  onModuleDestroy() {
    this.logger.log('closing ledger connections');
  }
}

@Module({ providers: [LedgerClient], exports: [LedgerClient] })
export class LedgerModule {}
