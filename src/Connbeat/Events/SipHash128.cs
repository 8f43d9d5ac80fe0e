using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Connbeat.Events;

/// <summary>
/// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, https://github.com/veorq/SipHash): a keyed hash that
/// nobody without the key can make collide, and that costs some tens of nanoseconds.
/// </summary>
internal static class SipHash128
{
    /// <summary>The hash of <paramref name="data"/> under <paramref name="key"/>.</summary>
    /// <param name="key">Its 16 bytes in big-endian order are the reference's key.</param>
    /// <param name="data">Any number of bytes.</param>
    /// <returns>Its 16 bytes in big-endian order are the reference's output.</returns>
    public static UInt128 Hash(UInt128 key, ReadOnlySpan<byte> data)
    {
        State state = new(key);
        ReadOnlySpan<byte> rest = data;
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
        {
            state.Compress(BinaryPrimitives.ReadUInt64LittleEndian(rest));
        }

        ulong last = (ulong)data.Length << 56;
        for (int i = 0; i < rest.Length; i++)
        {
            last |= (ulong)rest[i] << (8 * i);
        }

        state.Compress(last);
        return state.Finish();
    }

    /// <summary>The four words that the rounds mix; inlined throughout, so that they stay in registers.</summary>
    private struct State
    {
        private ulong _v0, _v1, _v2, _v3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public State(UInt128 key)
        {
            ulong k0 = BinaryPrimitives.ReverseEndianness((ulong)(key >> 64));
            ulong k1 = BinaryPrimitives.ReverseEndianness((ulong)key);
            _v0 = k0 ^ 0x736f6d6570736575;
            _v1 = k1 ^ 0x646f72616e646f6d ^ 0xee;
            _v2 = k0 ^ 0x6c7967656e657261;
            _v3 = k1 ^ 0x7465646279746573;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Compress(ulong word)
        {
            _v3 ^= word;
            Round();
            Round();
            _v0 ^= word;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public UInt128 Finish()
        {
            _v2 ^= 0xee;
            ulong first = FourRounds();
            _v1 ^= 0xdd;
            ulong second = FourRounds();
            return new UInt128(
                BinaryPrimitives.ReverseEndianness(first), BinaryPrimitives.ReverseEndianness(second));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private ulong FourRounds()
        {
            Round();
            Round();
            Round();
            Round();
            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Round()
        {
            _v0 += _v1;
            _v2 += _v3;
            _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
            _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
            _v0 = BitOperations.RotateLeft(_v0, 32);

            _v2 += _v1;
            _v0 += _v3;
            _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
            _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
            _v2 = BitOperations.RotateLeft(_v2, 32);
        }
    }
}
