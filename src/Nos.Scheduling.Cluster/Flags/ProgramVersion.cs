using System.Reflection;

namespace Nos.Scheduling.Cluster.Flags;

/// <summary>Which version of a program this is.</summary>
public static class ProgramVersion
{
    /// <summary>The version that the assembly was built as, without the commit behind the plus sign: <c>0.1.0</c>.</summary>
    public static string Of(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
