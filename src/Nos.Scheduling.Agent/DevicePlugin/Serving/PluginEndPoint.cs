using System.Net;

namespace Nos.Scheduling.Agent.DevicePlugin.Serving;

/// <summary>Stands for all of the plugin's sockets: Kestrel listens once, and they come and go behind it.</summary>
internal sealed class PluginEndPoint : EndPoint
{
    /// <inheritdoc/>
    public override string ToString() => "the device plugin's sockets";
}
