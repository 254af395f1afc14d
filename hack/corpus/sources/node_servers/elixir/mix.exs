defmodule Tickets.MixProject do
  use Mix.Project
  def project do
    [app: :tickets, version: "0.9.2", elixir: "~> 1.14", start_permanent: true,
     releases: [tickets: [include_executables_for: [:unix]]]]
  end
  def application, do: [extra_applications: [:logger, :inets, :ssl], mod: {Tickets.Application, []}]
end
