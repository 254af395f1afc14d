-module(ledgerd_sup).
-behaviour(supervisor).
-export([start_link/0, init/1]).
start_link() -> supervisor:start_link({local, ?MODULE}, ?MODULE, []).
init([]) ->
    {ok, {#{strategy => one_for_one, intensity => 2, period => 5},
          [#{id => journal, start => {ledgerd_journal, start_link, []}},
           #{id => listener, start => {ledgerd_listener, start_link, []}}]}}.
