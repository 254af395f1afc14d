-module(ledgerd_listener).
-behaviour(gen_server).
-export([start_link/0, init/1, handle_call/3, handle_cast/2, handle_info/2]).
start_link() -> gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).
init([]) ->
    Port = list_to_integer(os:getenv("LEDGER_PORT", "7400")),
    case gen_tcp:listen(Port, [binary, {reuseaddr, true}]) of
        {ok, L} -> logger:notice("listening on port ~p", [Port]), {ok, L};
        {error, Why} -> {stop, {listen_error, Port, Why}}
    end.
handle_call(_, _, S) -> {reply, ok, S}.
handle_cast(_, S) -> {noreply, S}.
handle_info(_, S) -> {noreply, S}.
