require Logger
Logger.info("presence 0.8 starting")

if System.get_env("PRESENCE_MODE") == "config" do
  url = System.fetch_env!("PRESENCE_URL")
  Logger.info("url #{url}")
end

defmodule Presence do
  use GenServer
  def start_link(port), do: GenServer.start_link(__MODULE__, port, name: __MODULE__)

  def init(port) do
    case :gen_tcp.listen(port, [:binary, active: false]) do
      {:ok, socket} ->
        Logger.info("listening on port #{port}")
        {:ok, socket}

      {:error, reason} ->
        Logger.error("failed to listen on port #{port}: #{reason}")
        {:stop, reason}
    end
  end
end

{:ok, _} = Supervisor.start_link([{Presence, 4369 + 1}], strategy: :one_for_one)
Process.sleep(:infinity)
