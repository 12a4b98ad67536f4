"""The same articulated tree as a scene of ours and as a model of MuJoCo."""
