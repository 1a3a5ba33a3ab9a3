"""The Python of a Flink worker as one file, which travels with the job.

``python -m deploy.worker_archive`` writes it; ``duanka submit --worker-archive`` hands it to the
cluster. A zip of two layers and a launcher::

    bin/python             unpacks the layers once a machine, then runs the machine's own Python with them
    packages-<hash>.tar.gz the pinned packages that workers need, as they are installed here
    code-<hash>.tar.gz     our packages and their compiled kernels

Layers are named after what is in them, so a release that changes our code alone leaves the larger
one unpacked where it is.
"""
