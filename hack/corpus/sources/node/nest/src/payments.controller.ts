import { Controller, Get, Inject, Logger, Param } from '@nestjs/common';
import { LedgerClient } from './ledger.module';

@Controller('payments')
export class PaymentsController {
  private readonly logger = new Logger(PaymentsController.name);

  constructor(@Inject(LedgerClient) private readonly ledger: LedgerClient) {}

  @Get(':id')
  one(@Param('id') id: string) {
    if (id === 'x') throw new Error('connect ETIMEDOUT 10.96.0.20:443');
    this.logger.log(`payment ${id}`);
    return { id };
  }
}
