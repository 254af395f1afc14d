import Config

secret =
  System.get_env("TICKETS_SECRET") ||
    raise """
    environment variable TICKETS_SECRET is missing.
    You can generate one by calling: openssl rand -hex 32
    """

config :tickets,
  secret: secret,
  port: String.to_integer(System.get_env("PORT") || "4100"),
  halls: System.get_env("HALLS_FILE"),
  store: System.get_env("STORE_DIR") || "/data",
  gateway: System.get_env("GATEWAY_URL"),
  refund_days: System.get_env("REFUND_DAYS"),
  mode: String.to_existing_atom(System.get_env("TICKETS_MODE") || "normal")
