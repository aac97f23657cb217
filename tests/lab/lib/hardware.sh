# SPDX-License-Identifier: GPL-2.0-or-later
# What the lab's machine is made of: a desktop with an IOMMU, two GPUs and two monitors.
# shellcheck shell=sh disable=SC2034,SC2154

machine_memory=3G

# For the kernel: an IOMMU; no cure for faults that TCG does not have; a clock that a busy host cannot make
# look unstable; a panic ends QEMU.
kernel_words='intel_iommu=on iommu=pt mitigations=off tsc=reliable no_timer_check panic=-1'
# The spare card gets its driver from the case that wants it.
kernel_words="$kernel_words console=ttyS0 quiet systemd.show_status=0 modprobe.blacklist=radeon,amdgpu"

# hardware DISK RAM SHARE: prints QEMU's words for all that the machine is made of. It is part of every
# snapshot: what is restored must be made of exactly the same parts at exactly the same places.
#   00:01.0         host GPU, the VGA device the firmware starts (boot_vga)
#   01:00.0, .1     guest GPU and its sound, two functions in one IOMMU group behind a root port of their own
#   02:00.0, .1     bystanders: a disk controller and a network card that share a group
#   03:00.0         a network card alone in its group
#   04:00.0         a spare card, whose driver has a module of its own, i2c buses and a render node. Its state is
#                   in no snapshot: it has to be plugged anew (start_spare_card)
#   00:05.0         USB, with a keyboard and a mouse that `machine device_del` unplugs
hardware() {
    cat <<END
-machine q35,kernel-irqchip=split,memory-backend=ram
-object memory-backend-file,id=ram,size=$machine_memory,mem-path=$2,share=$3
-accel tcg,thread=multi -cpu qemu64,-svm,+pdpe1gb -smp 2
-nodefaults -no-user-config -display none -no-reboot
-device intel-iommu,intremap=on,caching-mode=on,device-iotlb=on

-device VGA,id=host-gpu,addr=1
-device pcie-root-port,id=gpu-slot,addr=2,chassis=1
-device bochs-display,id=guest-gpu,bus=gpu-slot,addr=0.0,multifunction=on
-device intel-hda,id=guest-sound,bus=gpu-slot,addr=0.1
-audiodev none,id=silence -device hda-output,bus=guest-sound.0,audiodev=silence
-device pcie-root-port,id=bystander-slot,addr=3,chassis=2
-device ich9-ahci,id=bystander-disk,bus=bystander-slot,addr=0.0,multifunction=on
-device e1000,id=bystander-net,bus=bystander-slot,addr=0.1,romfile=
-device pcie-root-port,id=net-slot,addr=4,chassis=3
-device e1000e,id=net,bus=net-slot,romfile=
-device pcie-root-port,id=spare-slot,addr=9,chassis=4
-device ati-vga,model=rv100,id=spare-gpu,bus=spare-slot
-device qemu-xhci,id=usb,addr=5
-device usb-kbd,id=keyboard,bus=usb.0 -device usb-mouse,id=mouse,bus=usb.0

-drive if=none,id=disk,file=$1,cache=${LAB_DISK_CACHE:-unsafe} -device virtio-blk-pci,drive=disk,addr=6
-device virtio-rng-pci,addr=7
-device virtio-serial-pci,id=ports,addr=8
-chardev file,id=console,path=$run/console.log -serial chardev:console
-chardev ${LAB_TERMINAL:-null},id=terminal -device virtconsole,bus=ports.0,chardev=terminal
$(port test.control) $(port test.output) $(port test.input)
$(port rescue.control) $(port rescue.output)
$(port machine)
-chardev pipe,id=machine-monitor,path=$run/machine-monitor -mon chardev=machine-monitor,mode=control
-chardev pipe,id=monitor,path=$run/monitor -mon chardev=monitor,mode=control
END
}

# A virtio-serial port lab.NAME inside, a pair of FIFOs NAME.in and NAME.out in $run outside. Unlike a
# socket, a FIFO has no connection that a snapshot would have to outlive: the inside end never sees anybody
# hang up.
port() { echo "-chardev pipe,id=$1,path=$run/$1 -device virtserialport,bus=ports.0,chardev=$1,name=lab.$1"; }
