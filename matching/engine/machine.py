"""What numba lacks: loads that see what another process wrote, in the order it wrote it."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import carray, njit, types
from numba.extending import intrinsic


@intrinsic
def seen_u32(typing: Any, address: Any) -> Any:
    """The four bytes at an address, read before anything that is read after."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        from llvmlite import ir

        pointer = builder.inttoptr(args[0], ir.IntType(32).as_pointer())
        return builder.load_atomic(pointer, ordering="acquire", align=4)

    return types.uint32(types.uint64), generate


@intrinsic
def told_u32(typing: Any, address: Any, value: Any) -> Any:
    """Write four bytes after everything that was written before."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        from llvmlite import ir

        pointer = builder.inttoptr(args[0], ir.IntType(32).as_pointer())
        builder.store_atomic(args[1], pointer, ordering="release", align=4)
        return context.get_dummy_value()

    return types.none(types.uint64, types.uint32), generate


@intrinsic
def fence(typing: Any) -> Any:
    """Nothing is moved across this line, by the compiler or the processor."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.fence("seq_cst")
        return context.get_dummy_value()

    return types.none(), generate


@intrinsic
def ones_of(typing: Any, number: Any) -> Any:
    """How many bits of eight bytes are set."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.int64(types.uint64), generate


@intrinsic
def bits_of_f32(typing: Any, number: Any) -> Any:
    """The four bytes of a float32 as a whole number."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.IntType(32))

    return types.int32(types.float32), generate


@intrinsic
def f32_of_bits(typing: Any, bits: Any) -> Any:
    """And back."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.FloatType())

    return types.float32(types.int32), generate


@intrinsic
def _pointer(typing: Any, address: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.inttoptr(args[0], context.get_value_type(types.voidptr))

    return types.voidptr(types.intp), generate


@njit(nogil=True, forceinline=True)
def bare(array: Any) -> Any:
    """The same memory without an owner, whom every slice would have to count up and down.

    Whoever calls keeps the array itself for as long.
    """
    return carray(_pointer(array.ctypes.data), array.shape, array.dtype)
