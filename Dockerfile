# Three images from one file: docker build --target server|agent|cli -t nos-scheduling/TARGET .
# Where these registries cannot be reached, name others: --build-arg SDK_IMAGE=... --build-arg RUNTIME_IMAGE=...
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0

FROM ${SDK_IMAGE} AS build
WORKDIR /source
# In CI mode packages are restored exactly as the lock files say.
ENV CI=true DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# Packages first: their layer lasts until a project or a lock file changes.
COPY src/Directory.Build.props src/Directory.Packages.props src/
COPY src/Nos.Scheduling/Nos.Scheduling.csproj src/Nos.Scheduling/packages.lock.json src/Nos.Scheduling/
COPY src/Nos.Scheduling.Cluster/Nos.Scheduling.Cluster.csproj src/Nos.Scheduling.Cluster/packages.lock.json src/Nos.Scheduling.Cluster/
COPY src/Nos.Scheduling.Agent/Nos.Scheduling.Agent.csproj src/Nos.Scheduling.Agent/packages.lock.json src/Nos.Scheduling.Agent/
COPY src/Nos.Scheduling.Server/Nos.Scheduling.Server.csproj src/Nos.Scheduling.Server/packages.lock.json src/Nos.Scheduling.Server/
COPY src/Nos.Scheduling.Cli/Nos.Scheduling.Cli.csproj src/Nos.Scheduling.Cli/packages.lock.json src/Nos.Scheduling.Cli/
RUN dotnet restore src/Nos.Scheduling.Server --locked-mode && dotnet restore src/Nos.Scheduling.Cli --locked-mode

# The style rules are errors here too, so they come along.
COPY .editorconfig ./
COPY src/ src/
RUN dotnet publish src/Nos.Scheduling.Server --no-restore -c Release -o /out/server \
    && dotnet publish src/Nos.Scheduling.Agent --no-restore -c Release -o /out/agent \
    && dotnet publish src/Nos.Scheduling.Cli --no-restore -c Release -o /out/cli

FROM ${RUNTIME_IMAGE} AS runtime
# No diagnostic pipes: the root file system is read-only.
ENV DOTNET_EnableDiagnostics=0
WORKDIR /app
# By number, so that Kubernetes can tell it is not root.
USER 1654:1654

FROM runtime AS server
COPY --from=build /out/server ./
USER 1654:1654
EXPOSE 8080 8443 8444
ENTRYPOINT ["dotnet", "/app/Nos.Scheduling.Server.dll"]

# Its DaemonSets run it as root, because NVML and kubelet's sockets want that; simulated agents do not.
FROM runtime AS agent
COPY --from=build /out/agent ./
USER 1654:1654
EXPOSE 8081
ENTRYPOINT ["dotnet", "/app/Nos.Scheduling.Agent.dll"]

FROM runtime AS cli
COPY --from=build /out/cli ./
USER 1654:1654
ENTRYPOINT ["dotnet", "/app/kubectl-nos.dll"]
