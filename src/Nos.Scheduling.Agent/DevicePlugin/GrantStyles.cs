using System.Globalization;
using Nos.Scheduling.Agent.Options;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>Decides how containers are told their slices: by what <c>--device-list</c> asks and what the node's kubelet and runtime can. Pure.</summary>
internal static class GrantStyles
{
    /// <summary>The style.</summary>
    /// <param name="asked">What the operator asks.</param>
    /// <param name="kubelet">The node's <c>kubeletVersion</c>, <c>v1.36.2</c>; <see langword="null"/> where it is not known: taken for an old one.</param>
    /// <param name="runtime">The node's <c>containerRuntimeVersion</c>, <c>containerd://1.6.20</c>; <see langword="null"/> likewise.</param>
    /// <param name="why">Why it cannot be as asked, in a sentence that says what to do; empty where it can.</param>
    /// <returns><see langword="null"/> where it cannot be as asked.</returns>
    /// <remarks>
    /// containerd knows CDI from 1.7 on, switched off there until somebody switches it on, and on from 2.0; CRI-O from 1.23. Of themselves nodes are
    /// taken to have it only where it is on without anybody's doing.
    /// </remarks>
    public static GrantStyle? Choose(DeviceList asked, string? kubelet, string? runtime, out string why)
    {
        why = "";
        if (asked == DeviceList.Env)
        {
            return GrantStyle.Env;
        }

        var (name, version) = Runtime(runtime);
        var (canHave, has) = name switch
        {
            "containerd" => (version >= new Version(1, 7), version >= new Version(2, 0)),
            "cri-o" => (version >= new Version(1, 23), version >= new Version(1, 23)),
            _ => (false, false),
        };
        if (asked == DeviceList.Auto && !has)
        {
            return GrantStyle.Env;
        }

        if (!canHave)
        {
            why = $"--device-list cdi needs containerd 1.7 with enable_cdi, or CRI-O 1.23; this node runs {runtime ?? "an unknown runtime"}. Update it, or use --device-list env with NVIDIA's runtime.";
            return null;
        }

        return Number(kubelet?.TrimStart('v')) >= new Version(1, 28) ? GrantStyle.CdiDevices : GrantStyle.CdiAnnotations;
    }

    private static (string Name, Version Version) Runtime(string? text) =>
        text?.Split("://") is [var name, var version] ? (name, Number(version.TrimStart('v'))) : ("", new Version(0, 0));

    /// <summary>Major and minor, whatever follows; 0.0 where it cannot be read.</summary>
    private static Version Number(string? text) =>
        text?.Split('.') is [var major, var minor, ..]
        && int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
        && int.TryParse(new string([.. minor.TakeWhile(char.IsAsciiDigit)]), NumberStyles.None, CultureInfo.InvariantCulture, out var second)
            ? new Version(first, second)
            : new Version(0, 0);
}
