{application, ledgerd, [{description, "ledger"}, {vsn, "1.4.0"}, {modules, [ledgerd, ledgerd_sup, ledgerd_journal, ledgerd_listener]},
 {registered, [ledgerd_sup]}, {applications, [kernel, stdlib]}, {mod, {ledgerd, []}}]}.
