"""What numba lacks: loads that see what another process wrote, in the order it wrote it."""

from __future__ import annotations

from typing import Any

from numba import types
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
