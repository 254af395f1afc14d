-module(ledgerd).
-behaviour(application).
-export([start/2, stop/1, main/0]).
main() ->
    ok = logger:set_primary_config(level, info),
    case application:ensure_all_started(ledgerd, permanent) of
        {ok, _} -> logger:notice("ledgerd is up"), receive stop -> ok end;
        {error, Reason} -> logger:error("ledgerd could not start: ~p", [Reason]), init:stop(1)
    end.
start(_, _) ->
    ledgerd_sup:start_link().
stop(_) -> logger:notice("ledgerd stopped"), ok.
