<?php
class Mapper
{
    public function __construct(private array $fields)
    {
    }

    public function map(?array $body): array
    {
        if (!isset($body['user'])) throw new InvalidArgumentException('access denied: no user in job');
        return array_combine($this->fields, $body['columns']);
    }
}
