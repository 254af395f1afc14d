-module(ledgerd_journal).
-behaviour(gen_server).
-export([start_link/0, init/1, handle_call/3, handle_cast/2, handle_info/2]).
start_link() -> gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).
init([]) ->
    {ok, Settings} = file:consult(os:getenv("LEDGER_CONFIG", "/config/ledger.config")),
    Dir = proplists:get_value(journal_dir, Settings),
    Dir =/= undefined orelse error({missing_setting, journal_dir}),
    {ok, File} = file:open(filename:join(Dir, "journal.log"), [append, raw]),
    case proplists:get_value(upstream, Settings) of
        undefined -> ok;
        {Host, Port} -> {ok, S} = gen_tcp:connect(Host, Port, [], 2000), gen_tcp:close(S)
    end,
    [ok = file:write(File, binary:copy(<<"0123456789abcdef">>, 8192)) || _ <- lists:seq(1, proplists:get_value(preallocate, Settings, 1))],
    logger:info("journal opened in ~s", [Dir]),
    erlang:send_after(400, self(), tick),
    {ok, #{file => File, rate => proplists:get_value(rate, Settings, 4)}}.
handle_call(_, _, S) -> {reply, ok, S}.
handle_cast(_, S) -> {noreply, S}.
handle_info(tick, S = #{rate := Rate}) ->
    logger:info("~p entries a tick", [20 div Rate]),
    erlang:send_after(400, self(), tick),
    {noreply, S}.
