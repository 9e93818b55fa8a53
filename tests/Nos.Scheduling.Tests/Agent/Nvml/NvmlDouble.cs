using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Nos.Scheduling.Agent.Nvml;
using Nos.Scheduling.Tests.Architecture;

namespace Nos.Scheduling.Tests.Agent.Nvml;

/// <summary>
/// The shared library that stands in for <c>libnvidia-ml.so.1</c>, built on first use, and what the agent's own declarations are bound to in this process.
/// One machine at a time: tests that use it are of one collection.
/// </summary>
internal static class NvmlDouble
{
    private static readonly Lazy<nint> Library = new(Load);

    private delegate int Use([MarshalAs(UnmanagedType.LPUTF8Str)] string folder);

    private delegate void Revive();

    private delegate int ResetGpu(int gpu);

    private delegate int RaiseXid(int gpu, int start, ulong xid);

    private delegate int Multiprocessors(int gpu, int start);

    public static string Sources => Path.Combine(Repository.Root, "tests", "nvml-double");

    /// <summary>Where the built libraries are: <c>current</c> and <c>old</c>.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "nvml-double");

    /// <summary>From now on NVML shows the machine of that folder.</summary>
    public static void Show(string folder) => Assert.Equal(0, Export<Use>("nvmlDoubleUse")(folder));

    /// <summary>Counts calls from here: what was told to die by then lives again, as a new process does.</summary>
    public static void Restart() => Export<Revive>("nvmlDoubleRevive")();

    /// <summary>Every instance of the GPU is gone, as after a reset.</summary>
    public static void Reset(int gpu) => Assert.Equal(0, Export<ResetGpu>("nvmlDoubleReset")(gpu));

    /// <summary>An XID error happens to the instance at that start; to the whole GPU where there is none.</summary>
    public static void Xid(int gpu, int? start, ulong xid) => Assert.Equal(0, Export<RaiseXid>("nvmlDoubleXid")(gpu, start ?? -1, xid));

    public static int MultiprocessorsAt(int gpu, int start) => Export<Multiprocessors>("nvmlDoubleMultiprocessors")(gpu, start);

    public static void Build()
    {
        using var build = Process.Start(new ProcessStartInfo("bash", [Path.Combine(Sources, "build.sh"), Folder]) { RedirectStandardError = true })!;
        var said = build.StandardError.ReadToEnd();
        build.WaitForExit();
        Assert.True(build.ExitCode == 0, said);
    }

    private static T Export<T>(string name) => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(Library.Value, name));

    private static nint Load()
    {
        Build();
        var loaded = NativeLibrary.Load(Path.Combine(Folder, "current", NvmlLibrary.Name));
        NativeLibrary.SetDllImportResolver(typeof(NvmlLibrary).Assembly, (name, Assembly, DllImportSearchPath) => name == NvmlLibrary.Name ? loaded : default);
        return loaded;
    }
}
