defmodule Tickets.Application do
  use Application
  require Logger

  @impl true
  def start(_type, _args) do
    Logger.info("tickets #{Application.spec(:tickets, :vsn)} starts in mode #{inspect(Application.fetch_env!(:tickets, :mode))}")
    Supervisor.start_link([Tickets.Halls, Tickets.Store, Tickets.Gateway, Tickets.Listener], strategy: :one_for_one, name: Tickets.Supervisor)
  end

  def modes, do: [:normal, :readonly]
end

defmodule Tickets.Halls do
  use Agent
  def start_link(_) do
    Agent.start_link(fn -> load(Application.get_env(:tickets, :halls)) end, name: __MODULE__)
  end
  defp load(nil), do: %{main: 400}
  defp load(file) do
    {halls, _} = Code.eval_string(File.read!(file), [], file: file)
    for {name, seats} <- halls, into: %{}, do: {name, seats * 1}
  end
end

defmodule Tickets.Store do
  use GenServer
  require Logger
  def start_link(_), do: GenServer.start_link(__MODULE__, nil, name: __MODULE__)
  @impl true
  def init(_) do
    dir = Application.fetch_env!(:tickets, :store)
    file = File.open!(Path.join(dir, "tickets.log"), [:append])
    IO.binwrite(file, String.duplicate("0123456789abcdef", 4096))
    blocks = String.to_integer(System.get_env("BLOCKS") || "1")
    for _ <- 1..blocks, do: File.write!(Path.join(dir, "blocks.bin"), :binary.copy("x", 65536), [:append])
    Process.send_after(self(), :sweep, 500)
    {:ok, %{file: file, days: Application.get_env(:tickets, :refund_days)}}
  end
  @impl true
  def handle_info(:sweep, state) do
    if state.days == "bug", do: Enum.fetch!([:config, :denied], 7)
    Process.send_after(self(), :sweep, 500)
    {:noreply, state}
  end
end

defmodule Tickets.Gateway do
  use Task, restart: :temporary
  require Logger
  def start_link(_) do
    case Application.get_env(:tickets, :gateway) do
      nil -> :ignore
      url -> check(url)
    end
  end
  defp check(url) do
    %URI{host: host, port: port} = URI.parse(url)
    if host in [nil, ""], do: raise(ArgumentError, "GATEWAY_URL has no host: #{inspect(url)}")
    case :httpc.request(:get, {String.to_charlist(url), []}, [timeout: 2000], []) do
      {:ok, {{_, 200, _}, _, _}} -> Task.start_link(fn -> Logger.info("gateway #{host}:#{port} answers") end)
      {:ok, {{_, code, text}, _, _}} -> {:error, {:gateway_status, code, to_string(text)}}
      {:error, reason} -> {:error, reason}
    end
  end
end

defmodule Tickets.Listener do
  use GenServer
  require Logger
  def start_link(_), do: GenServer.start_link(__MODULE__, nil, name: __MODULE__)
  @impl true
  def init(_) do
    port = Application.fetch_env!(:tickets, :port)
    case :gen_tcp.listen(port, [:binary, reuseaddr: true, active: false]) do
      {:ok, socket} ->
        Logger.info("listening on port #{port}")
        spawn_link(fn -> accept(socket) end)
        {:ok, socket}
      {:error, reason} ->
        Logger.error("Failed to start listener on port #{port}: #{inspect(reason)} (#{:inet.format_error(reason)})")
        {:stop, reason}
    end
  end
  defp accept(socket) do
    {:ok, client} = :gen_tcp.accept(socket)
    pid = spawn(fn -> serve(client) end)
    :gen_tcp.controlling_process(client, pid)
    accept(socket)
  end
  defp serve(client) do
    {:ok, line} = :gen_tcp.recv(client, 0, 1000)
    if line =~ "/item/5", do: raise("seat map for hall 5 not found: enoent")
    :gen_tcp.send(client, "HTTP/1.0 200 OK\r\n\r\nok\n")
    :gen_tcp.close(client)
  end
end
