"""What numba lacks: loads that see what another process wrote, in the order it wrote it."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import carray, njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from .layout import BLOCK


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
def pointer(typing: Any, address: Any) -> Any:
    """An address as something `carray` takes."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.inttoptr(args[0], context.get_value_type(types.voidptr))

    return types.voidptr(types.intp), generate


@intrinsic
def soon(typing: Any, address: Any) -> Any:
    """Have the line of the cache that holds this address fetched: it will be read soon."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), (byte, number, number, number))
        name = f"llvm.prefetch.{byte.intrinsic_name}"
        prefetch = cgutils.get_or_insert_function(builder.module, kind, name)
        to_read, keep, data = number(0), number(3), number(1)
        builder.call(prefetch, (builder.inttoptr(args[0], byte), to_read, keep, data))
        return context.get_dummy_value()

    return types.none(types.intp), generate


@njit(nogil=True, forceinline=True)
def bare(array: Any) -> Any:
    """The same memory without an owner, whom every slice would have to count up and down.

    Whoever calls keeps the array itself for as long.
    """
    return carray(pointer(array.ctypes.data), array.shape, array.dtype)


@njit(nogil=True, forceinline=True)
def window(array: Any, first: int) -> Any:
    """BLOCK entries from `first` on. As the compiler knows how many, it needs no loop for few.

    Whoever calls sees to it that they are there, and keeps the array itself for as long.
    """
    at = array.ctypes.data + first * array.itemsize
    return carray(pointer(at), (BLOCK,), array.dtype)


@njit(nogil=True, forceinline=True)
def as_eights(bytes: Any) -> Any:
    """A window of bytes, eight at a time."""
    return carray(pointer(bytes.ctypes.data), (BLOCK // 8,), np.uint64)
