namespace Nos.Scheduling.Server.Options;

/// <summary>A switch that can also be left to the program.</summary>
internal enum AutoSwitch
{
    /// <summary>As the flag's description says.</summary>
    Auto,

    /// <summary>Always.</summary>
    On,

    /// <summary>Never.</summary>
    Off,
}
