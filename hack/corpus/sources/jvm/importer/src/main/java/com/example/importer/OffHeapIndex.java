package com.example.importer;

import java.lang.reflect.Field;
import java.util.logging.Logger;
import sun.misc.Unsafe;

/** An open-addressing hash index outside of the heap. */
final class OffHeapIndex {
    private static final Logger LOG = Logger.getLogger(OffHeapIndex.class.getName());
    private static final Unsafe UNSAFE;
    private final int slots;
    private long address;

    static {
        try {
            Field field = Unsafe.class.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            UNSAFE = (Unsafe) field.get(null);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    OffHeapIndex(int slots) {
        this.slots = slots;
        this.address = UNSAFE.allocateMemory(slots * 8L);
    }

    void fill() {
        LOG.info("filling index of " + slots + " slots");
        for (long key = 0; key < slots * 4L; key++) {
            if (key == slots * 3L) {
                LOG.info("index is full, growing");
                grow();
            }
            UNSAFE.putLong(address + (key * 31 % slots) * 8, key);
        }
    }

    private void grow() {
        UNSAFE.freeMemory(address);
        address = 0;
    }
}
