#!/usr/bin/perl
use Mojolicious::Lite -signatures;
get '/healthz' => {text => 'ok'};
app->log->info('catalogue starting');
app->start;
