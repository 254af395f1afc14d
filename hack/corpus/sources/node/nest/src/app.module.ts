import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import * as Joi from 'joi';
import { LedgerClient, LedgerModule } from './ledger.module';
import { PaymentsController } from './payments.controller';

const database = process.env.WITH_DATABASE === '1'
  ? [TypeOrmModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        type: 'postgres' as const,
        url: config.get<string>('DATABASE_URL'),
        retryAttempts: Number(config.get('DATABASE_ATTEMPTS', 3)),
        retryDelay: 1000,
      }),
    })]
  : [];

@Module({
  imports: [
    ConfigModule.forRoot({
      isGlobal: true,
      validationSchema: Joi.object({
        PORT: Joi.number().port().default(3000),
        STRIPE_API_KEY: Joi.string().pattern(/^sk_(live|test)_/).required(),
        DATABASE_URL: Joi.string().uri(),
      }),
    }),
    ...database,
    ...(process.env.NO_LEDGER === '1' ? [] : [LedgerModule]),
  ],
  controllers: [PaymentsController],
})
export class AppModule {}
export { LedgerClient };
